using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing
{
    public interface IDistributedApplicationEvent;

    public sealed class DistributedApplicationEventSubscription;

    /// <summary>Moments in the application's life at which an AppHost may act.</summary>
    public interface IDistributedApplicationEventing
    {
        DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback) where T : IDistributedApplicationEvent;
    }

    internal sealed class DistributedApplicationEventing : IDistributedApplicationEventing
    {
        private readonly ConcurrentQueue<(Type Event, Func<object, CancellationToken, Task> Callback)> _subscribers = new();

        public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback) where T : IDistributedApplicationEvent
        {
            _subscribers.Enqueue((typeof(T), (@event, cancellationToken) => callback((T)@event, cancellationToken)));
            return new DistributedApplicationEventSubscription();
        }

        /// <summary>Calls every subscriber, one after the other.</summary>
        public async Task PublishAsync<T>(T @event, CancellationToken cancellationToken) where T : IDistributedApplicationEvent
        {
            foreach (var (_, callback) in _subscribers.Where(subscriber => subscriber.Event == typeof(T)))
                await callback(@event, cancellationToken);
        }
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>All resources, in the order of their declaration.</summary>
    public class DistributedApplicationModel(IResourceCollection resources)
    {
        public IResourceCollection Resources => resources;
    }

    /// <summary>Nothing has been started yet.</summary>
    public class BeforeStartEvent(IServiceProvider services, DistributedApplicationModel model) : Eventing.IDistributedApplicationEvent
    {
        public IServiceProvider Services => services;

        public DistributedApplicationModel Model => model;
    }
}
